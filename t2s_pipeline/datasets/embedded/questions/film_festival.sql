-- How many films are there?
-- Count the number of films.
SELECT count(*) FROM film

-- Show all film titles.
-- List the titles of the films.
SELECT title FROM film

-- What are the names of the directors from France?
-- Which directors have France as their country?
SELECT name FROM director WHERE country = 'France'

-- How many seats does the biggest cinema have?
-- What is the maximum number of seats in a cinema?
SELECT max(seats) FROM cinema

-- List the titles of films of the genre Comedy.
-- Which films are in the Comedy genre?
SELECT title FROM film WHERE genre = 'Comedy'

-- What is the average length of a film in minutes?
SELECT avg(minutes) FROM film

-- How many films were made in 2022?
-- Count the films of the year 2022.
SELECT count(*) FROM film WHERE year = 2022

-- How many tickets were sold in total?
-- What is the sum of tickets over all screenings?
SELECT sum(tickets) FROM screening

-- What are the distinct names of the awards?
-- Show the different award names.
SELECT DISTINCT name FROM award

-- List the names of the cinemas ordered by their number of seats, from small to large.
SELECT name FROM cinema ORDER BY seats

-- Give the title and the year of each film.
-- Show titles and years of all films.
SELECT title, year FROM film

-- What are the names and countries of directors born after 1975?
-- List the name and country of every director with a birth year later than 1975.
SELECT name, country FROM director WHERE birthYear > 1975

-- Which film is the longest? Show its title.
-- What is the title of the film that lasts the most minutes?
SELECT title FROM film ORDER BY minutes DESC LIMIT 1

-- Show the titles and budgets of the three most expensive films.
-- What are the title and budget of the 3 films with the highest budget?
SELECT title, budget FROM film ORDER BY budget DESC LIMIT 3

-- How many films are there for each genre?
-- List every genre with its number of films.
SELECT genre, count(*) FROM film GROUP BY genre

-- What is the average budget of films by country?
-- For each country, show the average film budget.
SELECT country, avg(budget) FROM film GROUP BY country

-- Show each film title with the name of its director.
-- Who directed each film? List film titles and director names.
SELECT T1.title, T2.name FROM film AS T1 JOIN director AS T2 ON T1.directorId = T2.directorId

-- Which films did Mei Watanabe direct?
-- Find the titles of films directed by Mei Watanabe.
SELECT T1.title FROM film AS T1 JOIN director AS T2 ON T1.directorId = T2.directorId WHERE T2.name = 'Mei Watanabe'

-- Which Drama films are longer than 125 minutes? Give their titles.
SELECT title FROM film WHERE genre = 'Drama' AND minutes > 125

-- Show the titles of films made in Japan or Norway.
-- Which films come from the country Japan or the country Norway?
SELECT title FROM film WHERE country = 'Japan' OR country = 'Norway'

-- Which directors have a name that ends with the letter a? Show name and birth year.
-- Give the name and birth year of directors whose name ends in a.
SELECT name, birthYear FROM director WHERE name LIKE '%a'

-- List the names of awards won by the film Dust Road.
-- Which awards did Dust Road win?
SELECT T1.name FROM award AS T1 JOIN film AS T2 ON T1.filmId = T2.filmId WHERE T2.title = 'Dust Road'

-- What are the total tickets sold at each cinema? Show the cinema name and the total.
-- For every cinema that had screenings, give its name and the number of tickets sold.
SELECT T1.name, sum(T2.tickets) FROM cinema AS T1 JOIN screening AS T2 ON T1.cinemaId = T2.cinemaId GROUP BY T1.cinemaId

-- In which districts is there more than one cinema?
-- Find the districts with at least two cinemas.
SELECT district FROM cinema GROUP BY district HAVING count(*) > 1

-- What are the lowest and the highest ticket price of the screenings on 2023-09-05?
SELECT min(price), max(price) FROM screening WHERE screeningDate = '2023-09-05'

-- Which films won no award? Show the titles.
-- Find the titles of films that have never received an award.
SELECT title FROM film WHERE filmId NOT IN (SELECT filmId FROM award)

-- Which cinemas did not have any screening?
-- What are the names of cinemas without a screening?
SELECT name FROM cinema WHERE cinemaId NOT IN (SELECT cinemaId FROM screening)

-- Which films have a budget above the average budget?
-- List the titles of all films that cost more than the average film.
SELECT title FROM film WHERE budget > (SELECT avg(budget) FROM film)

-- Which countries have films but no director?
SELECT country FROM film EXCEPT SELECT country FROM director

-- Which director made the most films? Show the name.
-- What is the name of the director with the largest number of films?
SELECT T1.name FROM director AS T1 JOIN film AS T2 ON T1.directorId = T2.directorId GROUP BY T1.directorId ORDER BY count(*) DESC LIMIT 1

-- What is the title of the film with the most screenings?
-- Which film was screened most often? Give its title.
SELECT T1.title FROM film AS T1 JOIN screening AS T2 ON T1.filmId = T2.filmId GROUP BY T1.filmId ORDER BY count(*) DESC LIMIT 1

-- Find the titles of the films shown at the cinema Grand Palace.
-- Which different films were screened in the Grand Palace?
SELECT DISTINCT T1.title FROM film AS T1 JOIN screening AS T2 ON T1.filmId = T2.filmId JOIN cinema AS T3 ON T2.cinemaId = T3.cinemaId WHERE T3.name = 'Grand Palace'

-- Which directors made both a Drama and a Thriller? Show their names.
-- Find the names of directors with a film of genre Drama and a film of genre Thriller.
SELECT T1.name FROM director AS T1 JOIN film AS T2 ON T1.directorId = T2.directorId WHERE T2.genre = 'Drama' INTERSECT SELECT T1.name FROM director AS T1 JOIN film AS T2 ON T1.directorId = T2.directorId WHERE T2.genre = 'Thriller'

-- Which director won the award with the highest prize? Give the director's name and country.
-- What are the name and the country of the director whose film got the biggest prize?
SELECT T1.name, T1.country FROM director AS T1 JOIN film AS T2 ON T1.directorId = T2.directorId JOIN award AS T3 ON T2.filmId = T3.filmId ORDER BY T3.prize DESC LIMIT 1

-- Show the names of directors who never won the Golden Lantern award.
-- Which directors have no film that won the Golden Lantern?
SELECT name FROM director EXCEPT SELECT T1.name FROM director AS T1 JOIN film AS T2 ON T1.directorId = T2.directorId JOIN award AS T3 ON T2.filmId = T3.filmId WHERE T3.name = 'Golden Lantern'

-- Which genres have films made before 2019 and an average budget over 2000000? Show the genre and the number of such films.
SELECT genre, count(*) FROM film WHERE year < 2019 GROUP BY genre HAVING avg(budget) > 2000000

-- What are the titles of films that are longer than the film Dust Road and cost less than 3000000?
-- Find the films with more minutes than Dust Road and a budget under 3000000. Give their titles.
SELECT title FROM film WHERE minutes > (SELECT minutes FROM film WHERE title = 'Dust Road') AND budget < 3000000

-- Show the titles and minutes of all films from Germany, the longest first.
-- List title and minutes of the films whose country is Germany, from long to short.
SELECT title, minutes FROM film WHERE country = 'Germany' ORDER BY minutes DESC

-- How many films did Erik Halvorsen direct?
-- Count the films by the director Erik Halvorsen.
SELECT count(*) FROM film AS T1 JOIN director AS T2 ON T1.directorId = T2.directorId WHERE T2.name = 'Erik Halvorsen'

-- What is the total prize money for each award name?
-- Show every award name with the sum of its prizes.
SELECT name, sum(prize) FROM award GROUP BY name

-- Which cinema sold the most tickets for the film Winter in Gdansk? Show the cinema name.
-- At which cinema were the most tickets for Winter in Gdansk sold in total?
SELECT T1.name FROM cinema AS T1 JOIN screening AS T2 ON T1.cinemaId = T2.cinemaId JOIN film AS T3 ON T2.filmId = T3.filmId WHERE T3.title = 'Winter in Gdansk' GROUP BY T1.cinemaId ORDER BY sum(T2.tickets) DESC LIMIT 1
