-- Number of registered players?
-- How many players are registered?
SELECT count(*) FROM Player

-- Club names, all of them.
-- Show the name of each club.
SELECT Name FROM Club

-- Which players hold the title GM?
-- Names of all players titled GM.
SELECT Name FROM Player WHERE Title = 'GM'

-- Highest rating on the list?
-- What is the top rating of any player?
SELECT max(Rating) FROM Player

-- In which cities have tournaments been held? No repeats.
-- List the different tournament cities.
SELECT DISTINCT City FROM Tournament

-- How many games ended with the result 1/2-1/2?
-- Count the games with the result 1/2-1/2.
SELECT count(*) FROM Game WHERE Result = '1/2-1/2'

-- What is the total prize fund of all tournaments?
SELECT sum(Prize_Fund) FROM Tournament

-- Openings of the Sicilian Defence family: names?
-- Which openings belong to the family Sicilian Defence? Give the names.
SELECT Name FROM Opening WHERE Family = 'Sicilian Defence'

-- How long is a game on average, in moves?
-- Mean number of moves per game?
SELECT avg(Moves) FROM Game

-- Which players are rated below 2350?
SELECT Name FROM Player WHERE Rating < 2350

-- What ECO code does the Berlin Defence have?
-- Find the ECO code for the opening Berlin Defence.
SELECT ECO_code FROM Opening WHERE Name = 'Berlin Defence'

-- Rank the players by rating, strongest at the top; names only.
-- Names of players from the highest rating to the lowest.
SELECT Name FROM Player ORDER BY Rating DESC

-- How many countries do our players represent?
-- Count the distinct countries of players.
SELECT count(DISTINCT Country) FROM Player

-- In what year was the club Rook and Crown founded?
SELECT Founded_Year FROM Club WHERE Name = 'Rook and Crown'

-- Which arbiters have been active for more than 20 years?
-- Name arbiters with over 20 years of activity.
SELECT Name FROM Arbiter WHERE Years_Active > 20

-- Tournaments with more than 9 rounds: which ones?
SELECT Name FROM Tournament WHERE Rounds > 9

-- Print a table of player, title and rating.
-- Name, title and rating of every player.
SELECT Name, Title, Rating FROM Player

-- Tournaments in the United Kingdom: show name and start date.
-- Give the name and the start date of tournaments held in the United Kingdom.
SELECT Name, Start_Date FROM Tournament WHERE Country = 'United Kingdom'

-- What are the shortest and the longest game lengths in moves?
-- Fewest and most moves in a game?
SELECT min(Moves), max(Moves) FROM Game

-- Who is the youngest player, that is, born last?
-- Name of the player with the latest birth year.
SELECT Name FROM Player ORDER BY Birth_Year DESC LIMIT 1

-- Which tournament has the richest prize fund? Name and city.
-- Show name and city of the tournament that offers the largest prize fund.
SELECT Name, City FROM Tournament ORDER BY Prize_Fund DESC LIMIT 1

-- Top five players by rating: names and ratings.
-- List name and rating of the 5 best rated players.
SELECT Name, Rating FROM Player ORDER BY Rating DESC LIMIT 5

-- Smallest club by members?
SELECT Name FROM Club ORDER BY Members LIMIT 1

-- How many players per title?
-- Give each title and the number of players holding it.
SELECT Title, count(*) FROM Player GROUP BY Title

-- Average rating by country of the player?
-- For every country, compute the average player rating.
SELECT Country, avg(Rating) FROM Player GROUP BY Country

-- How many games had each result?
-- Tally the games by result.
SELECT Result, count(*) FROM Game GROUP BY Result

-- Sum of prize funds per tournament country.
-- What do the tournament prize funds add up to in each country?
SELECT Country, sum(Prize_Fund) FROM Tournament GROUP BY Country

-- Longest game for each ECO code: show the code and the moves.
SELECT ECO_code, max(Moves) FROM Game GROUP BY ECO_code

-- Which countries have at least 3 players?
-- Countries represented by three or more players (3 at least)?
SELECT Country FROM Player GROUP BY Country HAVING count(*) >= 3

-- Opening families with more than one opening, please.
-- Which families contain more than 1 opening?
SELECT Family FROM Opening GROUP BY Family HAVING count(*) > 1

-- Which titles have an average rating over 2450?
SELECT Title FROM Player GROUP BY Title HAVING avg(Rating) > 2450

-- Player names with the names of their clubs.
-- For each player, which club is it? Show both names.
SELECT T1.Name, T2.Name FROM Player AS T1 JOIN Club AS T2 ON T1.Club_ID = T2.Club_ID

-- Who plays for Budai Lovag?
-- List the players of the club Budai Lovag.
SELECT T1.Name FROM Player AS T1 JOIN Club AS T2 ON T1.Club_ID = T2.Club_ID WHERE T2.Name = 'Budai Lovag'

-- Who was the arbiter of the Fjord Masters?
-- Name the arbiter in charge of the tournament Fjord Masters.
SELECT T1.Name FROM Arbiter AS T1 JOIN Tournament AS T2 ON T1.Arbiter_ID = T2.Arbiter_ID WHERE T2.Name = 'Fjord Masters'

-- Tournaments run by Maureen Fitch: name and prize fund.
-- Which tournaments did arbiter Maureen Fitch supervise, and with what prize fund?
SELECT T1.Name, T1.Prize_Fund FROM Tournament AS T1 JOIN Arbiter AS T2 ON T1.Arbiter_ID = T2.Arbiter_ID WHERE T2.Name = 'Maureen Fitch'

-- How many games were played in the Danube Open?
-- Game count of the Danube Open?
SELECT count(*) FROM Game AS T1 JOIN Tournament AS T2 ON T1.Tournament_ID = T2.Tournament_ID WHERE T2.Name = 'Danube Open'

-- How often was the Najdorf Variation played?
-- Number of games that opened with the Najdorf Variation.
SELECT count(*) FROM Game AS T1 JOIN Opening AS T2 ON T1.ECO_code = T2.ECO_code WHERE T2.Name = 'Najdorf Variation'

-- Average rating of the players in the club Bishopsgate Chess Club?
SELECT avg(T1.Rating) FROM Player AS T1 JOIN Club AS T2 ON T1.Club_ID = T2.Club_ID WHERE T2.Name = 'Bishopsgate Chess Club'

-- Show who took which place in the Harbor Invitational (name and place).
SELECT T1.Name, T2.Place FROM Player AS T1 JOIN Standing AS T2 ON T1.Player_ID = T2.Player_ID JOIN Tournament AS T3 ON T2.Tournament_ID = T3.Tournament_ID WHERE T3.Name = 'Harbor Invitational'

-- Which tournaments has Sverre Haugland finished in place 1?
SELECT T3.Name FROM Player AS T1 JOIN Standing AS T2 ON T1.Player_ID = T2.Player_ID JOIN Tournament AS T3 ON T2.Tournament_ID = T3.Tournament_ID WHERE T1.Name = 'Sverre Haugland' AND T2.Place = 1

-- Total prize money of Karthik Subramani?
-- How much prize money did Karthik Subramani collect in all standings?
SELECT sum(T1.Prize) FROM Standing AS T1 JOIN Player AS T2 ON T1.Player_ID = T2.Player_ID WHERE T2.Name = 'Karthik Subramani'

-- In which distinct tournaments did Zsofia Kertesz have the white pieces?
-- Tournament names, each once, where Zsofia Kertesz played a game as white.
SELECT DISTINCT T3.Name FROM Game AS T1 JOIN Player AS T2 ON T1.White_ID = T2.Player_ID JOIN Tournament AS T3 ON T1.Tournament_ID = T3.Tournament_ID WHERE T2.Name = 'Zsofia Kertesz'

-- Opponents that had black against Matthias Kroll as white? Each name once.
SELECT DISTINCT T3.Name FROM Game AS T1 JOIN Player AS T2 ON T1.White_ID = T2.Player_ID JOIN Player AS T3 ON T1.Black_ID = T3.Player_ID WHERE T2.Name = 'Matthias Kroll'

-- Players from India rated over 2600?
-- Which players of India have a rating above 2600?
SELECT Name FROM Player WHERE Country = 'India' AND Rating > 2600

-- Clubs founded before 1930 or with more than 200 members: names?
-- Which clubs either date from before 1930 or count over 200 members?
SELECT Name FROM Club WHERE Founded_Year < 1930 OR Members > 200

-- Tournaments that started in 2022: name, city, rounds.
-- For tournaments starting in the year 2022, show name, city and number of rounds.
SELECT Name, City, Rounds FROM Tournament WHERE Start_Date BETWEEN '2022-01-01' AND '2022-12-31'

-- Which players were born between 1990 and 1999?
-- Players born from 1990 to 1999, names only.
SELECT Name FROM Player WHERE Birth_Year BETWEEN 1990 AND 1999

-- Tournaments with Masters in the name: what prize funds do they have?
-- Show name and prize fund for every tournament called something with Masters.
SELECT Name, Prize_Fund FROM Tournament WHERE Name LIKE '%Masters%'

-- Which openings have Variation in their name? ECO code and name.
-- ECO code and name of the openings whose name contains Variation.
SELECT ECO_code, Name FROM Opening WHERE Name LIKE '%Variation%'

-- Players who are not titled GM but rated at least 2450: name and rating.
-- List name and rating of anyone rated 2450 or higher without the title GM.
SELECT Name, Rating FROM Player WHERE Title != 'GM' AND Rating >= 2450

-- Number of players in each club, with the club name.
-- How many players has every club? Show name and number.
SELECT T1.Name, count(*) FROM Club AS T1 JOIN Player AS T2 ON T1.Club_ID = T2.Club_ID GROUP BY T1.Club_ID

-- Games per tournament name.
-- Show each tournament and how many games it had.
SELECT T1.Name, count(*) FROM Tournament AS T1 JOIN Game AS T2 ON T1.Tournament_ID = T2.Tournament_ID GROUP BY T1.Tournament_ID

-- For each opening family, the average number of moves?
-- How long, in moves, are games of each opening family on average?
SELECT T2.Family, avg(T1.Moves) FROM Game AS T1 JOIN Opening AS T2 ON T1.ECO_code = T2.ECO_code GROUP BY T2.Family

-- Prize money per player name, all tournaments together.
-- Add up the prizes each player won; list names and sums.
SELECT T1.Name, sum(T2.Prize) FROM Player AS T1 JOIN Standing AS T2 ON T1.Player_ID = T2.Player_ID GROUP BY T1.Player_ID

-- Best rating in each club? Give club name and rating.
SELECT T1.Name, max(T2.Rating) FROM Club AS T1 JOIN Player AS T2 ON T1.Club_ID = T2.Club_ID GROUP BY T1.Club_ID

-- Openings that do not occur in any game: names?
SELECT Name FROM Opening WHERE ECO_code NOT IN (SELECT ECO_code FROM Game)

-- Players who never appear in a standing.
-- Which players are missing from every standing?
SELECT Name FROM Player WHERE Player_ID NOT IN (SELECT Player_ID FROM Standing)

-- Arbiters who have not run any tournament?
SELECT Name FROM Arbiter WHERE Arbiter_ID NOT IN (SELECT Arbiter_ID FROM Tournament)

-- Who is rated above the average rating?
SELECT Name FROM Player WHERE Rating > (SELECT avg(Rating) FROM Player)

-- Which tournaments have a prize fund under the average?
SELECT Name FROM Tournament WHERE Prize_Fund < (SELECT avg(Prize_Fund) FROM Tournament)

-- Which players have won a tournament (place 1)?
-- Names of the players who came in place 1 at least once.
SELECT Name FROM Player WHERE Player_ID IN (SELECT Player_ID FROM Standing WHERE Place = 1)

-- Which countries have an arbiter as well as a player?
SELECT Country FROM Player INTERSECT SELECT Country FROM Arbiter

-- Player countries in which no tournament took place?
-- Which countries have players but never hosted a tournament?
SELECT Country FROM Player EXCEPT SELECT Country FROM Tournament

-- All cities with a club or a tournament.
SELECT City FROM Club UNION SELECT City FROM Tournament

-- ECO code used in the most games?
SELECT ECO_code FROM Game GROUP BY ECO_code ORDER BY count(*) DESC LIMIT 1

-- What country has the highest average rating?
-- Country with the best mean rating of its players?
SELECT Country FROM Player GROUP BY Country ORDER BY avg(Rating) DESC LIMIT 1

-- Which club has the most players? Club name and city.
-- Name and city of the club that most players belong to.
SELECT T1.Name, T1.City FROM Club AS T1 JOIN Player AS T2 ON T1.Club_ID = T2.Club_ID GROUP BY T1.Club_ID ORDER BY count(*) DESC LIMIT 1

-- Which arbiter has run the most tournaments?
-- Name of the arbiter with the greatest number of tournaments.
SELECT T1.Name FROM Arbiter AS T1 JOIN Tournament AS T2 ON T1.Arbiter_ID = T2.Arbiter_ID GROUP BY T1.Arbiter_ID ORDER BY count(*) DESC LIMIT 1

-- Biggest earner: which player won the most prize money, and how much?
-- Show the player with the highest sum of prizes, with the sum.
SELECT T1.Name, sum(T2.Prize) FROM Player AS T1 JOIN Standing AS T2 ON T1.Player_ID = T2.Player_ID GROUP BY T1.Player_ID ORDER BY sum(T2.Prize) DESC LIMIT 1

-- Most played opening by name and family?
-- Name and family of the opening seen in the largest number of games.
SELECT T1.Name, T1.Family FROM Opening AS T1 JOIN Game AS T2 ON T1.ECO_code = T2.ECO_code GROUP BY T1.ECO_code ORDER BY count(*) DESC LIMIT 1

-- Clubs that have both a GM and a FM?
-- Which clubs have players of title GM and also of title FM?
SELECT T1.Name FROM Club AS T1 JOIN Player AS T2 ON T1.Club_ID = T2.Club_ID WHERE T2.Title = 'GM' INTERSECT SELECT T1.Name FROM Club AS T1 JOIN Player AS T2 ON T1.Club_ID = T2.Club_ID WHERE T2.Title = 'FM'

-- Clubs without any IM?
SELECT Name FROM Club EXCEPT SELECT T1.Name FROM Club AS T1 JOIN Player AS T2 ON T1.Club_ID = T2.Club_ID WHERE T2.Title = 'IM'

-- Strongest player of Georgia: name and club name.
-- From Georgia, who has the highest rating, and for what club does that player play?
SELECT T1.Name, T2.Name FROM Player AS T1 JOIN Club AS T2 ON T1.Club_ID = T2.Club_ID WHERE T1.Country = 'Georgia' ORDER BY T1.Rating DESC LIMIT 1

-- IM players rated higher than the average player: name and rating.
-- Which players titled IM beat the average rating of everybody? Name and rating.
SELECT Name, Rating FROM Player WHERE Title = 'IM' AND Rating > (SELECT avg(Rating) FROM Player)

-- Players with white in more than 3 games: name and number of games.
-- Who had white more than 3 times? Show names and counts.
SELECT T1.Name, count(*) FROM Player AS T1 JOIN Game AS T2 ON T1.Player_ID = T2.White_ID GROUP BY T1.Player_ID HAVING count(*) > 3

-- Players born after 1995, by country: which country has most of them, and how many?
-- Among players born after 1995, find the most frequent country and the number.
SELECT Country, count(*) FROM Player WHERE Birth_Year > 1995 GROUP BY Country ORDER BY count(*) DESC LIMIT 1

-- Which families of openings did Arjun Venkatesan play with white? Distinct.
-- Distinct opening families in the white games of Arjun Venkatesan?
SELECT DISTINCT T3.Family FROM Player AS T1 JOIN Game AS T2 ON T1.Player_ID = T2.White_ID JOIN Opening AS T3 ON T2.ECO_code = T3.ECO_code WHERE T1.Name = 'Arjun Venkatesan'

-- Players that finished in both London Winter Classic and Danube Open?
-- Who is in the standing of the London Winter Classic and in that of the Danube Open?
SELECT T1.Name FROM Player AS T1 JOIN Standing AS T2 ON T1.Player_ID = T2.Player_ID JOIN Tournament AS T3 ON T2.Tournament_ID = T3.Tournament_ID WHERE T3.Name = 'London Winter Classic' INTERSECT SELECT T1.Name FROM Player AS T1 JOIN Standing AS T2 ON T1.Player_ID = T2.Player_ID JOIN Tournament AS T3 ON T2.Tournament_ID = T3.Tournament_ID WHERE T3.Name = 'Danube Open'

-- In what tournament and round was the game with the most moves? Give the moves too.
SELECT T1.Name, T2.Round, T2.Moves FROM Tournament AS T1 JOIN Game AS T2 ON T1.Tournament_ID = T2.Tournament_ID ORDER BY T2.Moves DESC LIMIT 1

-- Players of Indian clubs (club country India): names with ratings, best first.
-- For clubs in India, list player names and ratings from the top rating down.
SELECT T1.Name, T1.Rating FROM Player AS T1 JOIN Club AS T2 ON T1.Club_ID = T2.Club_ID WHERE T2.Country = 'India' ORDER BY T1.Rating DESC

-- Tournaments since 2022 in which the top prize exceeds 10000: name and prize of place 1.
-- For tournaments starting on or after 2022-01-01, give name and prize of place 1 where it is more than 10000.
SELECT T1.Name, T2.Prize FROM Tournament AS T1 JOIN Standing AS T2 ON T1.Tournament_ID = T2.Tournament_ID WHERE T1.Start_Date >= '2022-01-01' AND T2.Place = 1 AND T2.Prize > 10000

-- Which arbiters ran a tournament in Hungary or in Germany? Distinct names.
SELECT DISTINCT T1.Name FROM Arbiter AS T1 JOIN Tournament AS T2 ON T1.Arbiter_ID = T2.Arbiter_ID WHERE T2.Country = 'Hungary' OR T2.Country = 'Germany'

-- Average number of points of players from Hungary in the standings?
SELECT avg(T1.Points) FROM Standing AS T1 JOIN Player AS T2 ON T1.Player_ID = T2.Player_ID WHERE T2.Country = 'Hungary'

-- Who never won prize money over 5000 in one event? Player names.
-- Players without a single prize above 5000?
SELECT Name FROM Player WHERE Player_ID NOT IN (SELECT Player_ID FROM Standing WHERE Prize > 5000)
