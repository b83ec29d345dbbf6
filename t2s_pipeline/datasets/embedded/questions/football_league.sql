-- How many players are there in the league?
-- Count all players.
SELECT count(*) FROM Player

-- List the names of all teams.
-- What are the team names?
SELECT Name FROM Team

-- What is the highest number of goals scored by one player?
SELECT max(Goals) FROM Player

-- Which players come from England? Show their names.
-- Give the names of the players whose country is England.
SELECT Name FROM Player WHERE Country = 'England'

-- How many games had an attendance over 25000?
-- Count the games with more than 25000 spectators.
SELECT count(*) FROM Game WHERE Attendance > 25000

-- What are the different countries of the players?
SELECT DISTINCT Country FROM Player

-- List stadium names from the newest to the oldest.
-- Show the names of the stadiums, the most recently opened first.
SELECT Name FROM Stadium ORDER BY OpenedYear DESC

-- How many goals did all players score together?
-- What is the total number of goals of the players?
SELECT sum(Goals) FROM Player

-- What are the name and capacity of each stadium?
-- Show every stadium with its capacity.
SELECT Name, Capacity FROM Stadium

-- Which player scored the most goals? Give the name.
-- What is the name of the top scorer?
SELECT Name FROM Player ORDER BY Goals DESC LIMIT 1

-- Who are the three best paid players? Show name and salary.
-- List the names and salaries of the 3 players with the highest salary.
SELECT Name, Salary FROM Player ORDER BY Salary DESC LIMIT 3

-- How many players are there for each position?
-- Show every position and its number of players.
SELECT Position, count(*) FROM Player GROUP BY Position

-- What is the average salary of players by position?
SELECT Position, avg(Salary) FROM Player GROUP BY Position

-- What are the names of forwards older than 26? Their position is Forward.
-- Which players with position Forward are more than 26 years old?
SELECT Name FROM Player WHERE Position = 'Forward' AND Age > 26

-- Show the name of each player and the name of his team.
-- List all players with their team names.
SELECT T1.Name, T2.Name FROM Player AS T1 JOIN Team AS T2 ON T1.TeamId = T2.TeamId

-- Which players play for Leeds Victoria?
-- Give the names of the players of the team Leeds Victoria.
SELECT T1.Name FROM Player AS T1 JOIN Team AS T2 ON T1.TeamId = T2.TeamId WHERE T2.Name = 'Leeds Victoria'

-- Who coaches Hull Mariners?
-- What is the name of the coach of the team Hull Mariners?
SELECT T1.Name FROM Coach AS T1 JOIN Team AS T2 ON T1.TeamId = T2.TeamId WHERE T2.Name = 'Hull Mariners'

-- What are the home goals and away goals of games played in October 2022, from 2022-10-01 to 2022-10-31?
SELECT HomeGoals, AwayGoals FROM Game WHERE GameDate BETWEEN '2022-10-01' AND '2022-10-31'

-- Which teams have a name that begins with Leeds? Show name and founded year.
SELECT Name, FoundedYear FROM Team WHERE Name LIKE 'Leeds%'

-- Which countries have more than 3 players?
-- List the countries that at least four players come from.
SELECT Country FROM Player GROUP BY Country HAVING count(*) > 3

-- What is the average goal count of players in each team? Show the team name.
-- Show each team's name and the average number of goals of its players.
SELECT T1.Name, avg(T2.Goals) FROM Team AS T1 JOIN Player AS T2 ON T1.TeamId = T2.TeamId GROUP BY T1.TeamId

-- Which stadiums were opened before 1930 or hold more than 30000 people? Give name and city.
-- Show name and city of stadiums with a capacity above 30000 or opened earlier than 1930.
SELECT Name, City FROM Stadium WHERE OpenedYear < 1930 OR Capacity > 30000

-- Which players scored more goals than the average player?
-- Find the names of players whose goals are above the average.
SELECT Name FROM Player WHERE Goals > (SELECT avg(Goals) FROM Player)

-- Which countries have both a coach and a player?
SELECT Country FROM Coach INTERSECT SELECT Country FROM Player

-- Which countries have players but no coach?
-- Find the countries of players from which no coach comes.
SELECT Country FROM Player EXCEPT SELECT Country FROM Coach

-- What are the names of teams without a goalkeeper? The position is called Goalkeeper.
-- Which teams have no player in the Goalkeeper position?
SELECT Name FROM Team WHERE TeamId NOT IN (SELECT TeamId FROM Player WHERE Position = 'Goalkeeper')

-- Which team has the most players? Show the name.
SELECT T1.Name FROM Team AS T1 JOIN Player AS T2 ON T1.TeamId = T2.TeamId GROUP BY T1.TeamId ORDER BY count(*) DESC LIMIT 1

-- Which team's players scored the most goals in total? Give the team name and the sum of goals.
-- Show the name of the team with the highest total of player goals, and that total.
SELECT T1.Name, sum(T2.Goals) FROM Team AS T1 JOIN Player AS T2 ON T1.TeamId = T2.TeamId GROUP BY T1.TeamId ORDER BY sum(T2.Goals) DESC LIMIT 1

-- Show the names of the players coached by Pietro Salvi.
-- Which players have Pietro Salvi as their coach?
SELECT T1.Name FROM Player AS T1 JOIN Team AS T2 ON T1.TeamId = T2.TeamId JOIN Coach AS T3 ON T2.TeamId = T3.TeamId WHERE T3.Name = 'Pietro Salvi'

-- How many home games did Norwich Rangers play with more than 1 home goal?
-- Count the home games of Norwich Rangers in which they scored more than 1 home goal.
SELECT count(*) FROM Game AS T1 JOIN Team AS T2 ON T1.HomeTeamId = T2.TeamId WHERE T2.Name = 'Norwich Rangers' AND T1.HomeGoals > 1

-- Which teams have both a player from England and a player from Italy?
-- Find the names of teams where players from England and from Italy play.
SELECT T1.Name FROM Team AS T1 JOIN Player AS T2 ON T1.TeamId = T2.TeamId WHERE T2.Country = 'England' INTERSECT SELECT T1.Name FROM Team AS T1 JOIN Player AS T2 ON T1.TeamId = T2.TeamId WHERE T2.Country = 'Italy'

-- What is the name of the stadium where the youngest player is at home?
-- In which stadium does the team of the youngest player play? Give the stadium name.
SELECT T1.Name FROM Stadium AS T1 JOIN Team AS T2 ON T1.StadiumId = T2.StadiumId JOIN Player AS T3 ON T2.TeamId = T3.TeamId ORDER BY T3.Age LIMIT 1

-- Which teams have players whose average salary is over 45000? Show the team name and the average, the richest team first.
SELECT T1.Name, avg(T2.Salary) FROM Team AS T1 JOIN Player AS T2 ON T1.TeamId = T2.TeamId GROUP BY T1.TeamId HAVING avg(T2.Salary) > 45000 ORDER BY avg(T2.Salary) DESC

-- What are the names and ages of players who are older than every player of Leeds Victoria from England?
-- Which players are older than all players from England at Leeds Victoria? Show names and ages.
SELECT Name, Age FROM Player WHERE Age > (SELECT max(T1.Age) FROM Player AS T1 JOIN Team AS T2 ON T1.TeamId = T2.TeamId WHERE T2.Name = 'Leeds Victoria' AND T1.Country = 'England')

-- Which cities have a team founded before 1890 or a stadium with more than 30000 seats?
-- List the cities with a team from before 1890, together with the cities that have a stadium with a capacity over 30000.
SELECT City FROM Team WHERE FoundedYear < 1890 UNION SELECT City FROM Stadium WHERE Capacity > 30000

-- Show the name and goals of the players from Portugal, the best scorer first.
-- List names and goals of all players from Portugal in descending order of goals.
SELECT Name, Goals FROM Player WHERE Country = 'Portugal' ORDER BY Goals DESC

-- How many players older than 25 does each country have?
-- For every country, count the players who are more than 25 years old.
SELECT Country, count(*) FROM Player WHERE Age > 25 GROUP BY Country

-- How many players of Leeds Victoria are there?
-- Count the players of the team Leeds Victoria.
SELECT count(*) FROM Player AS T1 JOIN Team AS T2 ON T1.TeamId = T2.TeamId WHERE T2.Name = 'Leeds Victoria'

-- What is the total attendance of all games, and what was the largest one?
SELECT sum(Attendance), max(Attendance) FROM Game

-- In which stadium was the largest attendance of all games? Show the stadium name and city.
-- Give the name and the city of the stadium whose home game had the highest attendance.
SELECT T1.Name, T1.City FROM Stadium AS T1 JOIN Team AS T2 ON T1.StadiumId = T2.StadiumId JOIN Game AS T3 ON T2.TeamId = T3.HomeTeamId ORDER BY T3.Attendance DESC LIMIT 1
