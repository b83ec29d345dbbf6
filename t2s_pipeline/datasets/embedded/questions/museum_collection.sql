-- How many paintings are there in the collection?
-- Count the paintings.
SELECT count(*) FROM painting

-- List the names of the museums.
-- Give me the name of every museum.
SELECT name FROM museum

-- Which painters are from Italy? Show their names.
SELECT name FROM painter WHERE country = 'Italy'

-- What is the price of the most expensive painting?
-- What is the maximum price of a painting?
SELECT max(price) FROM painting

-- How many guides speak French?
-- Find the number of guides with the language French.
SELECT count(*) FROM guide WHERE language = 'French'

-- What are the different painting styles?
SELECT DISTINCT style FROM painting

-- Show the titles of the paintings sorted by year.
SELECT title FROM painting ORDER BY year

-- Show the names and languages of all guides.
-- List each guide's name and language.
SELECT name, language FROM guide

-- Give the titles and years of the paintings in the Baroque style.
-- Which paintings have the style Baroque? Show title and year.
SELECT title, year FROM painting WHERE style = 'Baroque'

-- Which exhibition had the most visitors? Give its name.
-- What is the name of the exhibition with the highest number of visitors?
SELECT name FROM exhibition ORDER BY visitors DESC LIMIT 1

-- Show the name and birth year of the youngest painter.
-- Which painter was born last? Give name and birth year.
SELECT name, birth_year FROM painter ORDER BY birth_year DESC LIMIT 1

-- How many paintings are there of each style?
SELECT style, count(*) FROM painting GROUP BY style

-- What is the average price of the paintings for each style?
-- For every style, show the average painting price.
SELECT style, avg(price) FROM painting GROUP BY style

-- Show the title of each painting and the name of the museum where it hangs.
-- List painting titles with the names of their museums.
SELECT T1.title, T2.name FROM painting AS T1 JOIN museum AS T2 ON T1.museum_id = T2.museum_id

-- What are the titles of the paintings by Agnes Thorne?
-- Which paintings did Agnes Thorne paint? Give their titles.
SELECT T1.title FROM painting AS T1 JOIN painter AS T2 ON T1.painter_id = T2.painter_id WHERE T2.name = 'Agnes Thorne'

-- Which guides work at the Stonebridge Museum?
SELECT T1.name FROM guide AS T1 JOIN museum AS T2 ON T1.museum_id = T2.museum_id WHERE T2.name = 'Stonebridge Museum'

-- How many paintings hang in museums in Belgium?
-- Count the paintings in museums located in the country Belgium.
SELECT count(*) FROM painting AS T1 JOIN museum AS T2 ON T1.museum_id = T2.museum_id WHERE T2.country = 'Belgium'

-- Which Abstract paintings cost more than 900000? Show their titles.
SELECT title FROM painting WHERE style = 'Abstract' AND price > 900000

-- Which exhibitions started between 2022-01-01 and 2022-12-31? Give the name and number of visitors.
-- Show name and visitors of exhibitions with a start date from 2022-01-01 to 2022-12-31.
SELECT name, visitors FROM exhibition WHERE start_date BETWEEN '2022-01-01' AND '2022-12-31'

-- Which paintings have the word Night in their title? Show title and price.
SELECT title, price FROM painting WHERE title LIKE '%Night%'

-- Which languages are spoken by more than 2 guides?
-- List the languages that at least three guides speak.
SELECT language FROM guide GROUP BY language HAVING count(*) > 2

-- What is the total number of visitors for each museum? Show the museum name.
-- For every museum with an exhibition, give its name and the sum of visitors.
SELECT T1.name, sum(T2.visitors) FROM museum AS T1 JOIN exhibition AS T2 ON T1.museum_id = T2.museum_id GROUP BY T1.museum_id

-- Which museums have never shown a painting in the Realism style? Give museum names.
-- Show the names of museums that own no painting of the style Realism.
SELECT name FROM museum WHERE museum_id NOT IN (SELECT museum_id FROM painting WHERE style = 'Realism')

-- Which paintings are more expensive than the average painting?
-- Find the titles of paintings with a price above the average.
SELECT title FROM painting WHERE price > (SELECT avg(price) FROM painting)

-- Which countries have a painter but no museum?
-- Find the countries of painters in which there is no museum.
SELECT country FROM painter EXCEPT SELECT country FROM museum

-- Which painter has the most paintings in the Van Houten House? Show the painter's name.
SELECT T1.name FROM painter AS T1 JOIN painting AS T2 ON T1.painter_id = T2.painter_id JOIN museum AS T3 ON T2.museum_id = T3.museum_id WHERE T3.name = 'Van Houten House' GROUP BY T1.painter_id ORDER BY count(*) DESC LIMIT 1

-- Which museum has the most paintings from before 1900? Give its name and the number of such paintings.
SELECT T1.name, count(*) FROM museum AS T1 JOIN painting AS T2 ON T1.museum_id = T2.museum_id WHERE T2.year < 1900 GROUP BY T1.museum_id ORDER BY count(*) DESC LIMIT 1

-- Which museums own both a Baroque painting and an Abstract painting?
-- Show the names of museums with a painting in the style Baroque and one in the style Abstract.
SELECT T1.name FROM museum AS T1 JOIN painting AS T2 ON T1.museum_id = T2.museum_id WHERE T2.style = 'Baroque' INTERSECT SELECT T1.name FROM museum AS T1 JOIN painting AS T2 ON T1.museum_id = T2.museum_id WHERE T2.style = 'Abstract'

-- Which museums have no guide who speaks English? Show their names.
-- Give the names of museums without a guide for the language English.
SELECT name FROM museum EXCEPT SELECT T1.name FROM museum AS T1 JOIN guide AS T2 ON T1.museum_id = T2.museum_id WHERE T2.language = 'English'

-- Which painters have their paintings in a museum in Rotterdam? Show each name once.
-- What are the distinct names of painters with a painting in the city Rotterdam?
SELECT DISTINCT T1.name FROM painter AS T1 JOIN painting AS T2 ON T1.painter_id = T2.painter_id JOIN museum AS T3 ON T2.museum_id = T3.museum_id WHERE T3.city = 'Rotterdam'

-- Which styles have paintings after 1900 with an average price over 500000? Show the style and the average price.
SELECT style, avg(price) FROM painting WHERE year > 1900 GROUP BY style HAVING avg(price) > 500000

-- Which painter made the oldest painting of the Impressionism style? Show the painter's name and country.
-- Show the name and country of the painter of the earliest Impressionism painting.
SELECT T1.name, T1.country FROM painter AS T1 JOIN painting AS T2 ON T1.painter_id = T2.painter_id WHERE T2.style = 'Impressionism' ORDER BY T2.year LIMIT 1

-- What are the titles of the paintings by painters from Belgium that cost more than the average painting?
-- Find the titles of paintings made by a painter from Belgium with a price above the average price.
SELECT T1.title FROM painting AS T1 JOIN painter AS T2 ON T1.painter_id = T2.painter_id WHERE T2.country = 'Belgium' AND T1.price > (SELECT avg(price) FROM painting)

-- In which cities do both Dutch and English guides work? The language is Dutch or English.
SELECT T1.city FROM museum AS T1 JOIN guide AS T2 ON T1.museum_id = T2.museum_id WHERE T2.language = 'Dutch' INTERSECT SELECT T1.city FROM museum AS T1 JOIN guide AS T2 ON T1.museum_id = T2.museum_id WHERE T2.language = 'English'

-- I'm looking for the youngest museum building: when did the last museum open?
-- What is the latest opening year of a museum?
SELECT max(opened_year) FROM museum

-- Which cities have one of our museums? Name each city once.
SELECT DISTINCT city FROM museum

-- What did Alpine Nocturne cost?
-- I'd like the price of the painting Alpine Nocturne.
SELECT price FROM painting WHERE title = 'Alpine Nocturne'

-- How many people have seen our exhibitions in total?
-- What is the sum of visitors over all exhibitions?
SELECT sum(visitors) FROM exhibition

-- Which guides are under 35?
SELECT name FROM guide WHERE age < 35

-- Which painters were born in the 1800s, that is, between 1800 and 1899? Show name and country.
-- List name and country of painters with a birth year from 1800 to 1899.
SELECT name, country FROM painter WHERE birth_year BETWEEN 1800 AND 1899

-- What are the oldest and newest years among the Baroque paintings?
-- For the style Baroque, give the first and the last year of a painting.
SELECT min(year), max(year) FROM painting WHERE style = 'Baroque'

-- What is the cheapest painting that we have, and what is its price?
-- Show title and price of the painting with the lowest price.
SELECT title, price FROM painting ORDER BY price LIMIT 1

-- How many museums do we run in each country?
-- I need the number of museums country by country.
SELECT country, count(*) FROM museum GROUP BY country

-- How old are our guides on average, per language?
-- Average guide age for every language, please.
SELECT language, avg(age) FROM guide GROUP BY language

-- Which painter made Harvest Supper?
-- I'd like to know who painted Harvest Supper.
SELECT T1.name FROM painter AS T1 JOIN painting AS T2 ON T1.painter_id = T2.painter_id WHERE T2.title = 'Harvest Supper'

-- In which city can I see The Dressmaker?
-- Where does The Dressmaker hang? Tell me the city.
SELECT T1.city FROM museum AS T1 JOIN painting AS T2 ON T1.museum_id = T2.museum_id WHERE T2.title = 'The Dressmaker'

-- Which exhibitions took place in the Kunsthof or in the Palazzo Serra? Exhibition names.
SELECT T1.name FROM exhibition AS T1 JOIN museum AS T2 ON T1.museum_id = T2.museum_id WHERE T2.name = 'Kunsthof' OR T2.name = 'Palazzo Serra'

-- What is the average visitor number of the exhibitions in Antwerp?
-- On average, how many visitors came to an exhibition in Antwerp?
SELECT avg(T1.visitors) FROM exhibition AS T1 JOIN museum AS T2 ON T1.museum_id = T2.museum_id WHERE T2.city = 'Antwerp'

-- How many paintings did each painter make? I want to see the painter's name.
-- For every painter with paintings here, show the name and the number of paintings.
SELECT T1.name, count(*) FROM painter AS T1 JOIN painting AS T2 ON T1.painter_id = T2.painter_id GROUP BY T1.painter_id

-- What are all paintings of a museum worth? Show museum name and total price.
-- Total price of the paintings by museum name?
SELECT T1.name, sum(T2.price) FROM museum AS T1 JOIN painting AS T2 ON T1.museum_id = T2.museum_id GROUP BY T1.museum_id

-- Which styles are represented by at least 5 paintings?
-- I want the styles of which we have 5 or more paintings.
SELECT style FROM painting GROUP BY style HAVING count(*) >= 5

-- Which painters have no painting with a price below 1000000? Leave nobody out.
SELECT name FROM painter WHERE painter_id NOT IN (SELECT painter_id FROM painting WHERE price < 1000000)

-- Which museum has the youngest guide? Show the museum's name and the guide's age.
-- Tell me the museum where the youngest guide works, and how old that guide is.
SELECT T1.name, T2.age FROM museum AS T1 JOIN guide AS T2 ON T1.museum_id = T2.museum_id ORDER BY T2.age LIMIT 1

-- Counting exhibitions that started before 2023, which museum had the most visitors in all? Name and number.
-- Adding up the visitors of exhibitions with a start before 2023, which museum comes first, and with how many?
SELECT T1.name, sum(T2.visitors) FROM museum AS T1 JOIN exhibition AS T2 ON T1.museum_id = T2.museum_id WHERE T2.start_date < '2023-01-01' GROUP BY T1.museum_id ORDER BY sum(T2.visitors) DESC LIMIT 1

-- Which painters from the Netherlands have a painting dearer than the average painting? Name and title.
-- Show painter name and title for paintings above the average price whose painter is from the Netherlands.
SELECT T1.name, T2.title FROM painter AS T1 JOIN painting AS T2 ON T1.painter_id = T2.painter_id WHERE T1.country = 'Netherlands' AND T2.price > (SELECT avg(price) FROM painting)

-- Which cities had an exhibition that started in 2021 and also one that started in 2023?
-- In what cities did exhibitions start both in 2021 and in 2023?
SELECT T1.city FROM museum AS T1 JOIN exhibition AS T2 ON T1.museum_id = T2.museum_id WHERE T2.start_date BETWEEN '2021-01-01' AND '2021-12-31' INTERSECT SELECT T1.city FROM museum AS T1 JOIN exhibition AS T2 ON T1.museum_id = T2.museum_id WHERE T2.start_date BETWEEN '2023-01-01' AND '2023-12-31'

-- What is the dearest painting by somebody from Italy? Title, price and the name of the painter.
-- Among the works of painters from Italy, show title, price and painter name of the most expensive.
SELECT T1.title, T1.price, T2.name FROM painting AS T1 JOIN painter AS T2 ON T1.painter_id = T2.painter_id WHERE T2.country = 'Italy' ORDER BY T1.price DESC LIMIT 1

-- Show each exhibition of museums opened before 1900, with the exhibition name and the museum name.
SELECT T1.name, T2.name FROM exhibition AS T1 JOIN museum AS T2 ON T1.museum_id = T2.museum_id WHERE T2.opened_year < 1900

-- Which guides work in Rotterdam, and what language do they speak? Name and language.
-- Names and languages of the guides in Rotterdam?
SELECT T1.name, T1.language FROM guide AS T1 JOIN museum AS T2 ON T1.museum_id = T2.museum_id WHERE T2.city = 'Rotterdam'

-- Which countries have a painter but no guide speaking English in one of their museums?
SELECT country FROM painter EXCEPT SELECT T1.country FROM museum AS T1 JOIN guide AS T2 ON T1.museum_id = T2.museum_id WHERE T2.language = 'English'
